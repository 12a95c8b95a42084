"""Uses of reporting beyond commands on one case: closing months when no sandbox clock tells the day."""

from datetime import date

from services.reporting.projections import Figures
from services.reporting.reactions import orders_to_close
from shared.service import Service


def close_months(service: Service, figures: Figures, today: date) -> int:
    """Close every month whose close day has come, one by one; return how many were. A repeat closes nothing."""
    orders = orders_to_close(today, service.casework.state, figures)
    return sum(len(service.casework.handle([order])) for order in orders)

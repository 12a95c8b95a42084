"""What the exchange is told by its environment: the agencies' keys."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class ExchangeSettings(BaseSettings):
    """agency_keys: a JSON file, key id → Ed25519 public key in base64url."""

    model_config = SettingsConfigDict(env_prefix="QINGFENG_EXCHANGE_", frozen=True)

    agency_keys: Path | None = None

"""What the exchange is told by its environment: the agencies' keys, and whether every event has to be signed."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class ExchangeSettings(BaseSettings):
    """agency_keys: a JSON file, key id → Ed25519 public key in base64url; production asks for signatures."""

    model_config = SettingsConfigDict(env_prefix="QINGFENG_EXCHANGE_", frozen=True)

    agency_keys: Path | None = None
    require_signature: bool = False

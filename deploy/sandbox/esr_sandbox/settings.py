"""What can be set on a sandbox, with defaults that suit a try-out; never a place for real credentials."""

from datetime import date

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """Settings of one sandbox, from `SANDBOX_…` variables or from code."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", frozen=True)

    host: str = "127.0.0.1"
    sftp_port: int = Field(default=0, description="0: a free port, remembered in the root folder")
    http_port: int = Field(default=0, description="0: a free port, remembered in the root folder")
    seed: int = Field(default=2026, description="the same seed makes the same people and the same bytes")
    anchor: date = Field(default=date(2026, 8, 3), description="the day that leavers and future starters are told from")
    staff: dict[str, int] = Field(default_factory=dict, description="how many people a trust employs, by VPD")
    passwords: dict[str, SecretStr] = Field(default_factory=dict, description="SFTP password by VPD")
    sard_email: str = "link@sard.example"
    sard_token: SecretStr = SecretStr("sandbox-sard-token")

    def password(self, vpd: str) -> str:
        """Return the SFTP password of a trust's user; `sandbox-<vpd>` unless one was set."""
        chosen = self.passwords.get(vpd)
        return chosen.get_secret_value() if chosen else f"sandbox-{vpd}"

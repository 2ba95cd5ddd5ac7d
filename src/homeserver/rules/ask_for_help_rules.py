"""What Synapse's settings cannot say about newcomers (Synapse manual, "Spam checker callbacks").

Newcomers have no password, invite nobody but the relay, and join no room unasked.
Nobody but the relay invites a newcomer, so that none ends up in a Support room.
"""

from synapse.module_api import NOT_SPAM, ModuleApi
from synapse.module_api.errors import Codes, ConfigError

_REFUSED = Codes.FORBIDDEN


class AskForHelpRules:
    def __init__(self, config: dict, api: ModuleApi):
        self._newcomer_prefix = config["newcomer_prefix"]
        self._bots = frozenset(config["bots"])
        api.register_spam_checker_callbacks(
            check_login_for_spam=self.check_login,
            user_may_create_room=self.user_may_create_room,
            user_may_invite=self.user_may_invite,
            user_may_join_room=self.user_may_join_room,
        )

    @staticmethod
    def parse_config(config: dict) -> dict:
        for key, kind in (("newcomer_prefix", str), ("bots", list)):
            if not isinstance(config.get(key), kind) or not config[key]:
                raise ConfigError(f"ask_for_help_rules: {key} must be a {kind.__name__}")
        return config

    def _is_newcomer(self, user_id: str) -> bool:
        return user_id.startswith(self._newcomer_prefix)

    async def check_login(
        self, user_id, device_id, initial_display_name, request_info, auth_provider_id=None
    ):
        # Only a login through the wiki names a provider; one with a password does not.
        if self._is_newcomer(user_id) and auth_provider_id is None:
            return (_REFUSED, {})
        return NOT_SPAM

    async def user_may_create_room(self, user_id: str, room_config: dict):
        if not self._is_newcomer(user_id):
            return NOT_SPAM
        # Invites made with the room do not pass through user_may_invite's own limits first.
        invited = room_config.get("invite") or []
        if not self._bots.issuperset(invited) or room_config.get("invite_3pid"):
            return _REFUSED
        if room_config.get("visibility") == "public" or room_config.get("preset") == "public_chat":
            return _REFUSED
        return NOT_SPAM

    async def user_may_invite(self, inviter: str, invitee: str, room_id: str):
        if self._is_newcomer(inviter) and invitee not in self._bots:
            return _REFUSED
        if self._is_newcomer(invitee) and inviter not in self._bots:
            return _REFUSED
        return NOT_SPAM

    async def user_may_join_room(self, user_id: str, room_id: str, is_invited: bool):
        if self._is_newcomer(user_id) and not is_invited:
            return _REFUSED
        return NOT_SPAM

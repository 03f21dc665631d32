"""Who may read a file: rules as they are on the disk, and the people whom they let."""

from core.rights.on_disk import RuleReader
from core.rights.person import Person, person_named, person_signing_in
from core.rights.rule import EVERYONE, allows, rule_of

__all__ = ["EVERYONE", "Person", "RuleReader", "allows", "person_named", "person_signing_in", "rule_of"]

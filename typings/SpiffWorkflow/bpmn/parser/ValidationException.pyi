from lxml import etree

class ValidationException(Exception):
    id: str
    def __init__(
        self, msg: str, node: etree._Element | None = ..., file_name: str | None = ...
    ) -> None: ...

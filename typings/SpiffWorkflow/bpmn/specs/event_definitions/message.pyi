class MessageEventDefinition:
    name: str

METERED = ["anthropic", "openai", "mistral"]


def is_metered(call):
    return call.provider in METERED

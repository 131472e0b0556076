from hypothesis import settings

# A machine that stalls for a moment is not a bug; tests that guard speed measure processor time themselves.
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")

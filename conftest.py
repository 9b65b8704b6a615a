pytest_plugins = ["accreditation.tests.cast"]

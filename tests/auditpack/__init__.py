"""The pack that an auditor takes home, and its checker."""

"""What the fault suite is made of: servers that can be hurt, messages, faults, and the oracle that judges afterwards."""

"""What performance is measured with: ours and the alternative, side by side in one run on one machine."""

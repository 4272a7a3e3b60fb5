"""What labs start from: lab images, base images and data roots, kept in the user's cache."""

package org.springframework.boot.origin;

public interface Origin {}

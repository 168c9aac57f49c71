package org.springframework.core.io;

public interface Resource {
    java.io.InputStream getInputStream() throws java.io.IOException;
}

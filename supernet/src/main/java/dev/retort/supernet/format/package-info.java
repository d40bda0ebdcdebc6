/** File formats: safetensors, Hugging Face folders, folders that are whole or absent. */
@NullMarked
package dev.retort.supernet.format;

import org.jspecify.annotations.NullMarked;

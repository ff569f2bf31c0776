package dev.cairn.core.model;

/**
 * What a container may use and what it is sure to get.
 *
 * @param cpuLimit thousandths of a processor that it may use at most; 0: no limit
 * @param memoryLimit bytes of memory that it may use at most; 0: no limit
 * @param cpuRequest thousandths of a processor, its share when processors are short; 0: an ordinary share
 * @param memoryRequest bytes of memory that are left to it when memory is short; 0: none
 */
public record Resources(long cpuLimit, long memoryLimit, long cpuRequest, long memoryRequest) {
    /** No limits and no requests. */
    public static final Resources NONE = new Resources(0, 0, 0, 0);
}

/** What all fuzz targets share. The targets are in the packages of what they call. */
package dev.cairn.fuzz;

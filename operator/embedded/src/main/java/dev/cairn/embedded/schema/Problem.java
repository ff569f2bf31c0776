package dev.cairn.embedded.schema;

/**
 * What is wrong with one field, in the words of Kubernetes.
 *
 * @param cause the cause's reason, such as FieldValueInvalid
 * @param field path such as {@code spec.versions[0]}
 * @param message without the path
 */
public record Problem(String cause, String field, String message) {
    /** The cause of a value of the wrong type. */
    public static final String TYPE = "FieldValueTypeInvalid";

    public static Problem invalid(String field, String value, String why) {
        return new Problem("FieldValueInvalid", field, "Invalid value: " + value + ": " + why);
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}

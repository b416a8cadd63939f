namespace FederatedQuery.GraphQL.Language;

/// <summary>The values of <c>extensions.code</c> that this library gives by itself.</summary>
public static class ErrorCodes
{
    /// <summary>The document does not parse.</summary>
    public const string Syntax = "GRAPHQL_PARSE_FAILED";

    /// <summary>The document parses but breaks a validation rule.</summary>
    public const string Validation = "GRAPHQL_VALIDATION_FAILED";

    /// <summary>The HTTP body, or the shape of the request in it, is wrong.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>A variable or argument has a value that its type does not take.</summary>
    public const string BadUserInput = "BAD_USER_INPUT";

    /// <summary>The named operation does not exist, or several exist and none was named.</summary>
    public const string OperationResolution = "OPERATION_RESOLUTION_FAILURE";

    /// <summary>The document has more tokens than allowed.</summary>
    public const string TooManyTokens = "DOCUMENT_TOO_MANY_TOKENS";

    /// <summary>The document, or the operation with its fragments, is nested deeper than allowed.</summary>
    public const string TooDeep = "DOCUMENT_TOO_DEEP";

    /// <summary>The operation did not finish in the time allowed.</summary>
    public const string Timeout = "EXECUTION_TIMEOUT";

    /// <summary>A resolver failed with an exception that is not for the client; the log has it under the error's <c>id</c>.</summary>
    public const string Internal = "INTERNAL_SERVER_ERROR";

    /// <summary>A field of non-null type had no value.</summary>
    public const string NonNullViolation = "NON_NULL_VIOLATION";

    /// <summary>A resolver's value does not fit the field's type.</summary>
    public const string InvalidResult = "INVALID_RESULT";
}

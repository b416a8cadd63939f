namespace FederatedQuery.GraphQL.Language;

/// <summary>The values of <c>extensions.code</c> that this library gives by itself.</summary>
public static class ErrorCodes
{
    /// <summary>The document does not parse.</summary>
    public const string Syntax = "GRAPHQL_PARSE_FAILED";

    /// <summary>The document parses but breaks a validation rule.</summary>
    public const string Validation = "GRAPHQL_VALIDATION_FAILED";

    /// <summary>The request's parameters are missing, of a wrong type, or contradict each other.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>The HTTP body is not JSON, or not in the Content-Encoding that it claims.</summary>
    public const string InvalidBody = "INVALID_BODY";

    /// <summary>The HTTP body, perhaps after decompression, is longer than allowed.</summary>
    public const string BodyTooLarge = "REQUEST_TOO_LARGE";

    /// <summary>The HTTP body has a Content-Type or Content-Encoding that is not read here.</summary>
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";

    /// <summary>The client's Accept allows nothing that is served.</summary>
    public const string NotAcceptable = "NOT_ACCEPTABLE";

    /// <summary>The HTTP method is none of those served, or the operation may not be performed by it.</summary>
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";

    /// <summary>A browser sent the request from another site without having asked first (cross-site request forgery).</summary>
    public const string CrossSiteRequest = "CROSS_SITE_REQUEST_REFUSED";

    /// <summary>The body is a list of requests, and batching is off.</summary>
    public const string BatchingNotEnabled = "BATCHING_NOT_ENABLED";

    /// <summary>The body is a list of more requests than allowed.</summary>
    public const string BatchTooLarge = "BATCH_TOO_LARGE";

    /// <summary>Automatic persisted queries: the hash is not known; the client sends it again with the document.</summary>
    public const string PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND";

    /// <summary>Persisted documents of the kind that the request asks for are off.</summary>
    public const string PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED";

    /// <summary>No document is stored under the id; sending the document would not help.</summary>
    public const string PersistedQueryNotInList = "PERSISTED_QUERY_NOT_IN_LIST";

    /// <summary>Only persisted documents are executed, and the request has a document instead of an id.</summary>
    public const string PersistedQueryIdRequired = "PERSISTED_QUERY_ID_REQUIRED";

    /// <summary>A variable or argument has a value that its type does not take.</summary>
    public const string BadUserInput = "BAD_USER_INPUT";

    /// <summary>The named operation does not exist, or several exist and none was named.</summary>
    public const string OperationResolution = "OPERATION_RESOLUTION_FAILURE";

    /// <summary>The document has more bytes than allowed.</summary>
    public const string DocumentTooLarge = "DOCUMENT_TOO_LARGE";

    /// <summary>The document has more tokens than allowed.</summary>
    public const string TooManyTokens = "DOCUMENT_TOO_MANY_TOKENS";

    /// <summary>The document, or the operation with its fragments, is nested deeper than allowed.</summary>
    public const string TooDeep = "DOCUMENT_TOO_DEEP";

    /// <summary>The operation selects more fields than allowed, fragments put in place.</summary>
    public const string TooManyFields = "OPERATION_TOO_MANY_FIELDS";

    /// <summary>One selection set has more fields than allowed, fragments put in place.</summary>
    public const string SelectionTooBroad = "SELECTION_SET_TOO_BROAD";

    /// <summary>The operation has more aliases than allowed, fragments put in place.</summary>
    public const string TooManyAliases = "OPERATION_TOO_MANY_ALIASES";

    /// <summary>The operation, or one place in it, has more directives than allowed.</summary>
    public const string TooManyDirectives = "OPERATION_TOO_MANY_DIRECTIVES";

    /// <summary>The document has more operations than allowed.</summary>
    public const string TooManyOperations = "DOCUMENT_TOO_MANY_OPERATIONS";

    /// <summary>The document has more fragments than allowed.</summary>
    public const string TooManyFragments = "DOCUMENT_TOO_MANY_FRAGMENTS";

    /// <summary>The operation declares more variables than allowed.</summary>
    public const string TooManyVariables = "OPERATION_TOO_MANY_VARIABLES";

    /// <summary>The request asks for lists of the schema within lists of the schema, deeper than allowed.</summary>
    public const string IntrospectionTooDeep = "INTROSPECTION_TOO_DEEP";

    /// <summary>The request asks for the schema, which is switched off.</summary>
    public const string IntrospectionDisabled = "INTROSPECTION_DISABLED";

    /// <summary>The JSON of the variables has more bytes than allowed.</summary>
    public const string VariablesTooLarge = "VARIABLES_TOO_LARGE";

    /// <summary>The JSON of the variables is nested deeper than allowed.</summary>
    public const string VariablesTooDeep = "VARIABLES_TOO_DEEP";

    /// <summary>A list among the arguments or variables has more items than allowed.</summary>
    public const string ListTooLong = "INPUT_LIST_TOO_LONG";

    /// <summary>The operation costs more than allowed; the error's extensions have both costs and both limits.</summary>
    public const string CostLimitExceeded = "COST_LIMIT_EXCEEDED";

    /// <summary>A field that needs exactly one of its slicing arguments, such as <c>first</c> or <c>last</c>, has none or several.</summary>
    public const string SlicingArgumentRequired = "SLICING_ARGUMENT_REQUIRED";

    /// <summary>The request does not say who asks, or not so that it can be believed.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>Whoever asks may not have that field or endpoint.</summary>
    public const string Forbidden = "FORBIDDEN";

    /// <summary>As many operations are executed, and wait, as are allowed.</summary>
    public const string TooManyRequests = "TOO_MANY_REQUESTS";

    /// <summary>The server stops, and with it the subscription; another one may take it.</summary>
    public const string ShuttingDown = "SERVER_SHUTTING_DOWN";

    /// <summary>As many subscriptions are open as are allowed.</summary>
    public const string TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS";

    /// <summary>The operation did not finish in the time allowed.</summary>
    public const string Timeout = "EXECUTION_TIMEOUT";

    /// <summary>More operations at the same time than one connection may have.</summary>
    public const string TooManyConnectionOperations = "CONNECTION_TOO_MANY_OPERATIONS";

    /// <summary>The server has as many connections as it may have.</summary>
    public const string TooManyConnections = "TOO_MANY_CONNECTIONS";

    /// <summary>A resolver failed with an exception that is not for the client; the log has it under the error's <c>id</c>.</summary>
    public const string Internal = "INTERNAL_SERVER_ERROR";

    /// <summary>A field of non-null type had no value.</summary>
    public const string NonNullViolation = "NON_NULL_VIOLATION";

    /// <summary>A subscription reads its events too slowly and was cut off.</summary>
    public const string SubscriberTooSlow = "SUBSCRIBER_TOO_SLOW";

    /// <summary>A resolver's value does not fit the field's type.</summary>
    public const string InvalidResult = "INVALID_RESULT";
}

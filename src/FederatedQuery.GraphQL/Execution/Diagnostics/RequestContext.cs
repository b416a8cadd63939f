using FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Diagnostics;

/// <summary>What is known of a request so far. One per request; the same for all its events and listeners.</summary>
public sealed class RequestContext
{
    internal RequestContext(Schema schema, OperationRequest request)
    {
        Schema = schema;
        Request = request;
    }

    public Schema Schema { get; }

    /// <summary>Its document and variables may hold secrets. Its <see cref="OperationRequest.ContextData"/> can carry a listener's own state.</summary>
    public OperationRequest Request { get; }

    /// <summary>Null until the document is parsed, and when it does not parse.</summary>
    public DocumentNode? Document { get; internal set; }

    /// <summary>The document was met before: neither parsed nor validated again.</summary>
    public bool IsCachedDocument { get; internal set; }

    /// <summary>Null until the operation is found in a valid document.</summary>
    public OperationDefinitionNode? Operation { get; internal set; }

    /// <summary>
    /// Null until the response is there, and when the request was given up. The errors of an <see cref="OperationResult"/> may be read; it is
    /// the transport that writes it and disposes of it.
    /// </summary>
    public ExecutionResult? Result { get; internal set; }

    /// <summary>Of <see cref="GraphQLInstrumentation"/>.</summary>
    internal RequestTelemetry? Telemetry { get; set; }
}

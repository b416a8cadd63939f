namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>
/// Names of sources, spans, instruments and attributes: those of https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans where it
/// has them. docs/telemetry.md lists all with their meaning.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Of the activity source and the meter.</summary>
    public const string Source = "FederatedQuery.GraphQL";

    internal const string OperationType = "graphql.operation.type";
    internal const string OperationName = "graphql.operation.name";
    internal const string Document = "graphql.document";
    internal const string ErrorType = "error.type";

    internal const string ErrorId = "graphql.error.id";
    internal const string FieldCoordinate = "graphql.field.coordinate";
    internal const string DataLoaderName = "graphql.dataloader.name";
    internal const string DataLoaderKeys = "graphql.dataloader.keys";
    internal const string DocumentCached = "graphql.document.cached";
    internal const string CacheResult = "graphql.document_cache.result";
    internal const string Phase = "graphql.error.phase";

    /// <summary>When the operation is not known (a document that does not parse).</summary>
    internal const string UnknownOperation = "GraphQL Operation";

    /// <summary>The value of <c>error.type</c> for errors without code, and beyond the bound on codes.</summary>
    internal const string OtherError = "_OTHER";
}

using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Execution.Concurrency;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The limits and hooks of a <see cref="RequestExecutor"/>.</summary>
public sealed class RequestExecutorOptions
{
    /// <summary>Bounds on the document's text.</summary>
    public ParserOptions Parser { get; set; } = ParserOptions.Default;

    /// <summary>Longest time that executing an operation may take, streams in its response not counted. Default 30 seconds.</summary>
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bounds on what one request may ask for.</summary>
    public OperationLimits Limits { get; set; } = new();

    /// <summary>How much may run at once.</summary>
    public ConcurrencyOptions Concurrency { get; set; } = new();

    /// <summary>How costs are worked out, and how high they may be.</summary>
    public CostOptions Cost { get; set; } = new();

    /// <summary>Documents kept parsed and validated. Default 1,000.</summary>
    public int DocumentCacheSize { get; set; } = 1000;

    /// <summary>False refuses <c>__schema</c> and <c>__type</c>, and hides the schema as SDL. Default true. Code <see cref="ErrorCodes.IntrospectionDisabled"/>.</summary>
    public bool AllowIntrospection { get; set; } = true;

    /// <summary>
    /// Asked for each request that uses <c>__schema</c> or <c>__type</c>, and then decides in place of <see cref="AllowIntrospection"/>: such
    /// as for staff only, told by <see cref="OperationRequest.Services"/>. Default null.
    /// </summary>
    public Func<OperationRequest, bool>? AllowIntrospectionFor { get; set; }

    /// <summary>
    /// Asked for each field of the operation's root, before anything is executed; fields of introspection are not asked for. What it gives refuses the
    /// whole request. Must be quick and safe for concurrent use. Default null: everybody may have every field.
    /// </summary>
    public Func<OperationRequest, RootField, GraphQLError?>? Authorize { get; set; }

    /// <summary>
    /// Whether messages about misspelt names suggest names of the schema ("Did you mean ...?"). Default null: as
    /// <see cref="AllowIntrospection"/>, since suggestions tell the schema name by name.
    /// </summary>
    public bool? AllowSuggestions { get; set; }

    /// <summary>Bounds of the data loaders of each operation.</summary>
    public DataLoaderOptions DataLoader { get; set; } = new();

    /// <summary>Told of every exception that clients see only as an id: the exception, the id, the field's coordinate.</summary>
    public Action<Exception, string, string>? OnUnexpectedException { get; set; }

    /// <summary>Tells of a failure that no client is told of.</summary>
    internal void ReportUnexpected(Exception exception, string where) => OnUnexpectedException?.Invoke(exception, Guid.NewGuid().ToString("N"), where);

    /// <summary>Told of the steps of every request, in this order. To be filled before the first request.</summary>
    public IList<ExecutionDiagnosticEventListener> DiagnosticEventListeners { get; } = [];

    /// <summary>Told of what a listener threw.</summary>
    public Action<Exception, ExecutionDiagnosticEventListener>? OnListenerException { get; set; }

    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

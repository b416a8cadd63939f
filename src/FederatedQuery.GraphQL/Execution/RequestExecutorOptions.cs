using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The limits and hooks of a <see cref="RequestExecutor"/>.</summary>
public sealed class RequestExecutorOptions
{
    /// <summary>Bounds on the document's text.</summary>
    public ParserOptions Parser { get; set; } = ParserOptions.Default;

    /// <summary>Longest time that executing an operation may take, streams in its response not counted. Default 30 seconds.</summary>
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Deepest nesting of fields, fragments followed. Default 50. Introspection fields do not count.</summary>
    public int MaxDepth { get; set; } = 50;

    /// <summary>Documents kept parsed and validated. Default 1,000.</summary>
    public int DocumentCacheSize { get; set; } = 1000;

    /// <summary>False refuses <c>__schema</c> and <c>__type</c>.</summary>
    public bool AllowIntrospection { get; set; } = true;

    /// <summary>Told of every exception that clients see only as an id: the exception, the id, the field's coordinate.</summary>
    public Action<Exception, string, string>? OnUnexpectedException { get; set; }

    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Concurrency;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>
/// Holds the executor of the current schema. A new schema takes the place of the old one as a whole: requests that have begun go on with the
/// executor they have.
/// </summary>
public sealed partial class GraphQLServer
{
    private readonly IServiceProvider _services;
    private readonly GraphQLServerBuilder _builder;
    private readonly RequestExecutorOptions _options;
    private readonly OperationGate _gate;
    private readonly Lock _building = new();
    private volatile RequestExecutor? _executor;

    internal GraphQLServer(IServiceProvider services, GraphQLServerBuilder builder, RequestExecutorOptions options, ILogger<GraphQLServer> logger)
    {
        _services = services;
        _builder = builder;
        _options = options;
        foreach (var listener in services.GetServices<ExecutionDiagnosticEventListener>())
        {
            _options.DiagnosticEventListeners.Add(listener);
        }

        _options.OnListenerException ??= (exception, listener) => Log.ListenerFailed(logger, exception, listener.GetType());
        _gate = new OperationGate(options.Concurrency, options.TimeProvider);
        _options.OnUnexpectedException ??= (exception, id, field) => Log.ResolverFailed(logger, exception, field, id);
    }

    /// <summary>Built on first use.</summary>
    /// <exception cref="SchemaException">The schema is not valid.</exception>
    public RequestExecutor Executor => _executor ?? Rebuild(onlyIfAbsent: true);

    public Schema Schema => Executor.Schema;

    /// <summary>Builds the schema anew, run-time types included, and puts it in place. If that throws, the old one stays.</summary>
    /// <exception cref="SchemaException">The schema is not valid.</exception>
    public void Rebuild() => Rebuild(onlyIfAbsent: false);

    /// <summary>Builds the schema anew, run-time types included, and leaves the one in place where it is.</summary>
    /// <exception cref="SchemaException">The schema is not valid.</exception>
    public Schema Build()
    {
        var schema = _builder.Schema.Clone();
        if (_services.GetService<IServiceProviderIsService>() is { } isService)
        {
            schema.WithServices(type => IsService(isService, type));
        }

        schema.AddParameterBinder(HostParameters.Bind);
        foreach (var module in _builder.Modules)
        {
            module(_services, schema);
        }

        return schema.Build();
    }

    /// <summary>Puts a schema made elsewhere in place.</summary>
    public void Replace(Schema schema)
    {
        lock (_building)
        {
            _executor = new RequestExecutor(schema, _options, _gate);
        }
    }

    private RequestExecutor Rebuild(bool onlyIfAbsent)
    {
        lock (_building)
        {
            if (onlyIfAbsent && _executor is { } existing)
            {
                return existing;
            }

            return _executor = new RequestExecutor(Build(), _options, _gate);
        }
    }

    /// <summary>The container claims every IEnumerable; as a parameter that is a list argument.</summary>
    private static bool IsService(IServiceProviderIsService isService, Type type) =>
        !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)) && isService.IsService(type);

    private static partial class Log
    {
        [LoggerMessage(7101, LogLevel.Error, "Resolver of {Field} failed; the client was given the id {ErrorId}")]
        public static partial void ResolverFailed(ILogger logger, Exception exception, string field, string errorId);

        [LoggerMessage(7120, LogLevel.Error, "Diagnostic event listener {Listener} failed; the request went on")]
        public static partial void ListenerFailed(ILogger logger, Exception exception, Type listener);
    }
}

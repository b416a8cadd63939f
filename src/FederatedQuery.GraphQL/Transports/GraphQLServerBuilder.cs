using System.Diagnostics.Metrics;
using System.Reflection;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.GraphQL.Transports.WebSockets;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>Says what the server's schema is made of. Classes that hold resolvers are registered as scoped services;
/// of a sealed one without fields and constructor parameters one instance serves all requests.</summary>
public sealed class GraphQLServerBuilder(IServiceCollection services)
{
    public IServiceCollection Services { get; } = services;

    internal SchemaBuilder Schema { get; } = new();

    internal List<Action<IServiceProvider, SchemaBuilder>> Modules { get; } = [];

    /// <inheritdoc cref="SchemaBuilder.AddType(Type)"/>
    public GraphQLServerBuilder AddType(Type type)
    {
        Schema.AddType(type);
        RegisterResolvers(type);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddType(Type)"/>
    public GraphQLServerBuilder AddType<T>() => AddType(typeof(T));

    /// <inheritdoc cref="SchemaBuilder.AddQueryType"/>
    public GraphQLServerBuilder AddQueryType<T>() => AddRootType(OperationType.Query, typeof(T));

    /// <inheritdoc cref="SchemaBuilder.AddMutationType"/>
    public GraphQLServerBuilder AddMutationType<T>() => AddRootType(OperationType.Mutation, typeof(T));

    /// <inheritdoc cref="SchemaBuilder.AddSubscriptionType"/>
    public GraphQLServerBuilder AddSubscriptionType<T>() => AddRootType(OperationType.Subscription, typeof(T));

    /// <inheritdoc cref="SchemaBuilder.AddTypes"/>
    public GraphQLServerBuilder AddTypes(Assembly assembly)
    {
        Schema.AddTypes(assembly);
        foreach (var type in assembly.GetTypes())
        {
            RegisterResolvers(type);
        }

        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddType(NamedType)"/>
    public GraphQLServerBuilder AddType(NamedType type)
    {
        Schema.AddType(type);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddDirective(Type)"/>
    public GraphQLServerBuilder AddDirective<T>()
    {
        Schema.AddDirective<T>();
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddField"/>
    public GraphQLServerBuilder AddField(OperationType operation, FieldDefinition field)
    {
        Schema.AddField(operation, field);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddScalar"/>
    public GraphQLServerBuilder AddScalar(Type clrType, ScalarType scalar)
    {
        Schema.AddScalar(clrType, scalar);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddDataLoader"/>
    public GraphQLServerBuilder AddDataLoader<T>()
        where T : class, IDataLoader
    {
        Schema.AddDataLoader<T>();
        return this;
    }

    /// <summary>A listener to the steps of every request, a singleton made from the services.</summary>
    public GraphQLServerBuilder AddDiagnosticEventListener<T>()
        where T : ExecutionDiagnosticEventListener
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<ExecutionDiagnosticEventListener, T>());
        return this;
    }

    /// <summary>Spans and metrics for OpenTelemetry, named <see cref="TelemetryNames.Source"/>; recorded when a provider subscribes to that name.</summary>
    public GraphQLServerBuilder AddInstrumentation(Action<InstrumentationOptions>? configure = null)
    {
        Services.AddMetrics();
        Services.Configure(configure ?? (_ => { }));
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<ExecutionDiagnosticEventListener, GraphQLInstrumentation>(provider => new GraphQLInstrumentation(
            provider.GetRequiredService<IOptions<InstrumentationOptions>>().Value, provider.GetRequiredService<IMeterFactory>(), provider.GetService<TimeProvider>())));
        return this;
    }

    /// <summary>Adds types that are known only at run time. Called at start, and again at every <see cref="GraphQLServer.Rebuild()"/>.</summary>
    public GraphQLServerBuilder AddTypeModule(Action<IServiceProvider, SchemaBuilder> module)
    {
        Modules.Add(module);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.WithIncrementalDelivery"/>
    public GraphQLServerBuilder WithIncrementalDelivery(bool enabled)
    {
        Schema.WithIncrementalDelivery(enabled);
        return this;
    }

    public GraphQLServerBuilder ModifyRequestOptions(Action<RequestExecutorOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    public GraphQLServerBuilder ModifyHttpOptions(Action<GraphQLHttpOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    /// <summary>Persisted operations: which documents clients may name instead of sending them.</summary>
    public GraphQLServerBuilder ModifyPersistedOperations(Action<PersistedOperationOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    public GraphQLServerBuilder ModifyWebSocketOptions(Action<GraphQLWebSocketOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.AddParameterBinder"/>
    public GraphQLServerBuilder AddParameterBinder(ParameterBinder binder)
    {
        Schema.AddParameterBinder(binder);
        return this;
    }

    /// <inheritdoc cref="SchemaBuilder.UseXmlDocumentation"/>
    public GraphQLServerBuilder UseXmlDocumentation()
    {
        Schema.UseXmlDocumentation();
        return this;
    }

    /// <summary>
    /// Registers <see cref="ITopicEventSender"/> and <see cref="ITopicEventReceiver"/> with topics inside this process, for subscriptions with
    /// <see cref="SubscribeAttribute"/>.
    /// </summary>
    public GraphQLServerBuilder AddInMemorySubscriptions(Action<InMemoryTopicOptions>? configure = null)
    {
        var options = new InMemoryTopicOptions();
        configure?.Invoke(options);
        var topics = new InMemoryTopics(options);
        Services.TryAddSingleton<ITopicEventSender>(topics);
        Services.TryAddSingleton<ITopicEventReceiver>(topics);
        return this;
    }

    private GraphQLServerBuilder AddRootType(OperationType operation, Type type)
    {
        Schema.AddRootType(operation, type);
        if (!type.IsAbstract)
        {
            Services.TryAddScoped(type);
        }

        return this;
    }

    private void RegisterResolvers(Type type)
    {
        var holdsResolvers = type.GetCustomAttributes(inherit: false).Any(attribute =>
            attribute is QueryTypeAttribute or MutationTypeAttribute or SubscriptionTypeAttribute or ExtendObjectTypeAttribute);
        if (holdsResolvers && !type.IsAbstract)
        {
            Services.TryAddScoped(type);
        }
    }
}

using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Execution.Concurrency;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Execution.Incremental;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>Executes requests against one schema. Thread-safe; keeps parsed documents and plans.</summary>
public sealed partial class RequestExecutor
{
    private readonly RequestExecutorOptions _options;
    private readonly DocumentCache _documents;
    private readonly DocumentValidator _validator;
    private readonly ListenerGuard _listenerGuard;
    private readonly CostGuard _costs;
    private readonly OperationGate _gate;
    private readonly bool _allowSuggestions;

    public RequestExecutor(Schema schema, RequestExecutorOptions? options = null)
        : this(schema, options ?? new RequestExecutorOptions(), gate: null)
    {
    }

    /// <param name="schema">What requests are of.</param>
    /// <param name="options">Limits and hooks.</param>
    /// <param name="gate">Of the server, when several executors take each other's place.</param>
    internal RequestExecutor(Schema schema, RequestExecutorOptions options, OperationGate? gate)
    {
        _options = options;
        _gate = gate ?? new OperationGate(options.Concurrency, options.TimeProvider);
        _documents = new DocumentCache(_options.DocumentCacheSize);
        _allowSuggestions = _options.AllowSuggestions ?? _options.AllowIntrospection;

        // Introspection is looked for per request: the verdict on a document is kept for all requests.
        _validator = new DocumentValidator(schema, new ValidationOptions { Limits = _options.Limits, AllowSuggestions = _allowSuggestions });
        _listenerGuard = new ListenerGuard(_options);
        _costs = new CostGuard(schema, _options.Cost);
        Schema = schema;
    }

    public Schema Schema { get; }

    /// <summary>Whether the schema may be shown to anyone, other than by introspection too.</summary>
    internal bool ShowsSchema => _options.AllowIntrospection;

    /// <summary>
    /// Parse, validate, coerce, plan, execute. Everything that is wrong with the request is in the result; only cancellation by
    /// <paramref name="cancellationToken"/> throws.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave the request up.</exception>
    public ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken = default) =>
        RequestEvents.Begin(Schema, request, _options, _listenerGuard) is { } events
            ? ExecuteWatchedAsync(request, events, cancellationToken)
            : ExecuteAsync(request, events: null, cancellationToken);

    private async ValueTask<ExecutionResult> ExecuteWatchedAsync(OperationRequest request, RequestEvents events, CancellationToken cancellationToken)
    {
        using var scope = events.Request();
        try
        {
            var result = await ExecuteAsync(request, events, cancellationToken);
            events.Result(result);
            return result;
        }
        catch (Exception exception)
        {
            events.RequestError(exception);
            throw;
        }
    }

    private async ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, RequestEvents? events, CancellationToken cancellationToken)
    {
        var document = Prepare(request.Document, events);
        if (document.Errors.Count > 0)
        {
            return new OperationResult(document.Errors);
        }

        if (document.FindOperation(request.OperationName, out var error) is not { } node)
        {
            return new OperationResult(error!);
        }

        if (events is not null)
        {
            events.Context.Operation = node;
        }

        if ((Refuse(request, node) ?? VariableLimits.Check(request.Variables, _options.Limits)) is { } refusal)
        {
            return new OperationResult(refusal);
        }

        if (_options is not { AllowIntrospection: true, AllowIntrospectionFor: null }
            && document.FindIntrospection(_validator) is { Count: > 0 } introspection && !IsIntrospectionAllowed(request))
        {
            return new OperationResult(introspection);
        }

        var variables = CoerceVariables(document.Document!, node, request, events, out var errors);
        if (errors is { Count: > 0 })
        {
            return new OperationResult(errors);
        }

        PreparedOperation operation;
        try
        {
            using var compiling = events?.Compile();
            if (_costs.Check(document, node, variables, request.CostReporting, out var reportedCost) is { } decided)
            {
                return decided;
            }

            var rootType = Schema.GetRootType(node.Operation)!;
            var isIncremental = request.IncrementalFormat != IncrementalFormat.None && node.Operation != OperationType.Subscription;
            operation = new PreparedOperation(Schema, document.Document!, node, variables, document.GetPlan(node, rootType, variables, isIncremental), reportedCost);
        }
        catch (GraphQLException exception)
        {
            return new OperationResult(exception.Errors);
        }
        catch (InsufficientExecutionStackException)
        {
            return new OperationResult(new GraphQLError("The operation's fragments are nested too deeply.") { Code = ErrorCodes.TooDeep });
        }

        if (_options.Authorize is { } authorize && FindForbidden(operation, request, authorize) is { } forbidden)
        {
            return new OperationResult(forbidden);
        }

        return _gate.IsBounded(isSubscription: node.Operation == OperationType.Subscription)
            ? await RunInTurnAsync(operation, request, events, cancellationToken)
            : await RunAsync(operation, request, events, cancellationToken);
    }

    private async ValueTask<ExecutionResult> RunAsync(PreparedOperation operation, OperationRequest request, RequestEvents? events, CancellationToken cancellationToken) =>
        operation.Node.Operation == OperationType.Subscription
            ? await SubscribeAsync(operation, request, events, cancellationToken)
            : await ExecuteAsync(operation, request, source: null, events, cancellationToken);

    /// <summary>What keeps the operation from being executed; null when nothing does. Parts that are put off are judged with it.</summary>
    private static IReadOnlyList<GraphQLError>? FindForbidden(PreparedOperation operation, OperationRequest request, Func<OperationRequest, RootField, GraphQLError?> authorize)
    {
        List<GraphQLError>? errors = null;
        foreach (var field in operation.Root.AllFields)
        {
            if (!field.Definition.Name.StartsWith("__", StringComparison.Ordinal)
                && authorize(request, new RootField(operation.Node.Operation, field.ParentType.Name, field.Definition)) is { } error)
            {
                (errors ??= []).Add(error);
            }
        }

        return errors;
    }

    private async ValueTask<ExecutionResult> RunInTurnAsync(PreparedOperation operation, OperationRequest request, RequestEvents? events, CancellationToken cancellationToken)
    {
        var (permit, error) = await _gate.EnterAsync(operation.Node.Operation == OperationType.Subscription, cancellationToken);
        if (permit is null)
        {
            return new OperationResult(error!);
        }

        var isPassedOn = false;
        try
        {
            var result = await RunAsync(operation, request, events, cancellationToken);
            if (result is not ResponseStream stream)
            {
                return result;
            }

            isPassedOn = true;
            return new ResponseStream(stream.Kind, HoldAsync(stream.Results, permit, cancellationToken));
        }
        finally
        {
            if (!isPassedOn)
            {
                permit.Dispose();
            }
        }
    }

    private static async IAsyncEnumerable<IResponsePayload> HoldAsync(
        IAsyncEnumerable<IResponsePayload> payloads, OperationPermit permit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using (permit)
        {
            await foreach (var payload in payloads.WithCancellation(cancellationToken))
            {
                yield return payload;
            }
        }
    }

    private static GraphQLError? Refuse(OperationRequest request, OperationDefinitionNode node) => node.Operation switch
    {
        OperationType.Mutation when !request.AllowMutations =>
            new GraphQLError("Can only perform a mutation operation from a POST request.") { Code = ErrorCodes.MethodNotAllowed },
        OperationType.Subscription when !request.AllowSubscriptions =>
            new GraphQLError("Subscriptions need a transport that streams: WebSocket (graphql-transport-ws) or Accept: text/event-stream.") { Code = ErrorCodes.BadRequest },
        _ => null,
    };

    private VariableValues CoerceVariables(
        DocumentNode document, OperationDefinitionNode node, OperationRequest request, RequestEvents? events, out List<GraphQLError>? errors)
    {
        using var coercing = events?.CoerceVariables();
        if (node.VariableDefinitions.IsEmpty)
        {
            errors = null;
            return VariableValues.Empty;
        }

        errors = [];
        return Suggestions.Run(
            _allowSuggestions,
            (Schema, Document: document, Node: node, request.Variables, Errors: errors),
            static state => VariableCoercion.Coerce(state.Schema, state.Document, state.Node, state.Variables, state.Errors));
    }

    private bool IsIntrospectionAllowed(OperationRequest request) => _options.AllowIntrospectionFor is { } decide ? decide(request) : _options.AllowIntrospection;

    private PreparedDocument Prepare(ReadOnlyMemory<byte> utf8, RequestEvents? events)
    {
        if (_documents.TryGet(utf8.Span, out var known))
        {
            events?.Document(known, isCached: true);
            return known;
        }

        var bytes = utf8.ToArray();
        PreparedDocument prepared;
        try
        {
            var document = Parse(bytes, events);
            using (events?.Validate())
            {
                prepared = new PreparedDocument(Schema, document, _validator.Validate(document));
            }
        }
        catch (GraphQLSyntaxException exception)
        {
            prepared = new PreparedDocument(Schema, null, exception.Errors);
        }

        _documents.Add(bytes, prepared);
        events?.Document(prepared, isCached: false);
        return prepared;
    }

    private DocumentNode Parse(byte[] utf8, RequestEvents? events)
    {
        using (events?.Parse())
        {
            return Utf8Parser.Parse(utf8, _options.Parser);
        }
    }

    private async ValueTask<ExecutionResult> ExecuteAsync(
        PreparedOperation operation, OperationRequest request, object? source, RequestEvents? events, CancellationToken cancellationToken)
    {
        using var scope = events?.Execute();
        var deadline = new ExecutionDeadline(_options, cancellationToken);
        var isPassedOn = false;
        try
        {
            var execution = new OperationExecution(operation, request, _options, events, deadline, cancellationToken);
            var result = await execution.ExecuteAsync(source);
            if (deadline.HasPassed && result.Errors.Count > 0)
            {
                await result.DisposeAsync();
                await execution.DiscardWorkAsync();
                return new OperationResult(deadline.Error);
            }

            if (await execution.TakeWorkAsync() is not { } work)
            {
                return result;
            }

            isPassedOn = true;
            return new ResponseStream(
                ResponseStreamKind.Incremental,
                new IncrementalPublisher(result, work, execution.Work, request.IncrementalFormat, deadline, _options).PublishAsync(CancellationToken.None));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OperationResult(deadline.Error);
        }
        finally
        {
            if (!isPassedOn)
            {
                deadline.Dispose();
            }
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>
/// Spans and metrics by the semantic conventions of OpenTelemetry, through <see cref="ActivitySource"/> and <see cref="Meter"/> named
/// <see cref="TelemetryNames.Source"/>. Requests that nobody records cost a look at both. No message of an error, no value of a variable and no
/// literal gets out.
/// </summary>
public sealed class GraphQLInstrumentation : ExecutionDiagnosticEventListener, IDisposable
{
    private readonly ActivitySource _source = new(TelemetryNames.Source);
    private readonly InstrumentationOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Meter? _ownMeter;
    private readonly GraphQLMetrics _metrics;
    private readonly ErrorTypes _errorTypes = new();

    /// <param name="meters">Makes the meter and owns it; null makes one here.</param>
    public GraphQLInstrumentation(InstrumentationOptions? options = null, IMeterFactory? meters = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new InstrumentationOptions();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _ownMeter = meters is null ? new Meter(TelemetryNames.Source) : null;
        _metrics = new GraphQLMetrics(_ownMeter ?? meters!.Create(TelemetryNames.Source));
    }

    public override bool IsEnabled => _source.HasListeners() || _metrics.IsEnabled;

    public override TimeSpan? SlowFieldThreshold => _options.SlowFieldThreshold;

    public override IDisposable ExecuteRequest(RequestContext context)
    {
        var telemetry = new RequestTelemetry { Request = _source.StartActivity(TelemetryNames.UnknownOperation, ActivityKind.Server) };
        context.Telemetry = telemetry;
        _metrics.RequestBegins();
        return new EndAction(() => End(context, telemetry));
    }

    public override void RetrievedDocumentFromCache(RequestContext context) => _metrics.CacheLookup(hit: true);

    public override void AddedDocumentToCache(RequestContext context) => _metrics.CacheLookup(hit: false);

    public override IDisposable ParseDocument(RequestContext context) => Span("graphql.parse");

    public override IDisposable ValidateDocument(RequestContext context) => Span("graphql.validate");

    public override IDisposable CompileOperation(RequestContext context) => Span("graphql.plan");

    public override IDisposable ExecuteOperation(RequestContext context)
    {
        var activity = _source.StartActivity("graphql.execute");
        if (context.Telemetry is { } telemetry)
        {
            telemetry.Execution = activity;
        }

        return activity ?? EmptyScope;
    }

    public override void SyntaxError(RequestContext context, GraphQLError error) => Count(context, "parse", error);

    public override void ValidationErrors(RequestContext context, IReadOnlyList<GraphQLError> errors)
    {
        foreach (var error in errors)
        {
            Count(context, "validate", error);
        }
    }

    public override void RequestError(RequestContext context, GraphQLError error) => Count(context, "request", error);

    public override void RequestError(RequestContext context, Exception exception)
    {
        if (context.Telemetry is { } telemetry)
        {
            telemetry.ErrorType ??= exception.GetType().FullName;
        }
    }

    public override void ResolverError(RequestContext context, GraphQLError error) => Count(context, "execute", error);

    public override void UnexpectedError(RequestContext context, Exception exception, string id, string coordinate)
    {
        // Not the message or the stack: they may hold values. The log has them under the id.
        var tags = new ActivityTagsCollection { ["exception.type"] = exception.GetType().FullName, [TelemetryNames.ErrorId] = id, [TelemetryNames.FieldCoordinate] = coordinate };
        context.Telemetry?.Execution?.AddEvent(new ActivityEvent("exception", _timeProvider.GetUtcNow(), tags));
    }

    public override IDisposable ExecuteSubscription(RequestContext context)
    {
        _metrics.SubscriptionBegins();
        return new EndAction(_metrics.SubscriptionEnds);
    }

    public override IDisposable OnSubscriptionEvent(RequestContext context) => Span("graphql.subscription.event", context.Telemetry?.Request);

    public override void SlowField(RequestContext context, IResolverContext field, TimeSpan duration)
    {
        var coordinate = $"{field.ParentType.Name}.{field.Field.Name}";
        _metrics.SlowField(coordinate, duration);
        var ended = _timeProvider.GetUtcNow();
        using var activity = _source.StartActivity(
            "graphql.resolve",
            ActivityKind.Internal,
            context.Telemetry?.Execution?.Context ?? default,
            [new(TelemetryNames.FieldCoordinate, coordinate)],
            startTime: ended - duration);
        activity?.SetEndTime(ended.UtcDateTime);
    }

    public override IDisposable ExecuteBatch(RequestContext context, string dataLoader, int keys)
    {
        _metrics.Batch(dataLoader, keys);
        var activity = StartChild("graphql.dataloader.batch", context.Telemetry?.Execution);
        activity?.SetTag(TelemetryNames.DataLoaderName, dataLoader).SetTag(TelemetryNames.DataLoaderKeys, keys);
        return activity ?? EmptyScope;
    }

    /// <summary>Called inside the batch's scope.</summary>
    public override void BatchError(RequestContext context, string dataLoader, Exception exception) =>
        SetError(Activity.Current is { OperationName: "graphql.dataloader.batch" } batch ? batch : null, exception.GetType().FullName!);

    public void Dispose()
    {
        _source.Dispose();
        _ownMeter?.Dispose();
    }

    private static void SetError(Activity? activity, string errorType) => activity?.SetTag(TelemetryNames.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    private IDisposable Span(string name, Activity? parent = null) => StartChild(name, parent) ?? EmptyScope;

    /// <summary>Below the parent when there is one, else below the current activity.</summary>
    private Activity? StartChild(string name, Activity? parent) => _source.StartActivity(name, ActivityKind.Internal, parent?.Context ?? default);

    private void Count(RequestContext context, string phase, GraphQLError error)
    {
        var errorType = _errorTypes.Of(error);
        _metrics.Error(phase, errorType);
        if (context.Telemetry is { } telemetry)
        {
            telemetry.ErrorType ??= errorType;
        }
    }

    private void End(RequestContext context, RequestTelemetry telemetry)
    {
        var operation = context.Operation;
        var type = operation is null ? null : NameOf(operation.Operation);
        _metrics.RequestEnds(Stopwatch.GetElapsedTime(telemetry.Started), type, telemetry.ErrorType);
        if (telemetry.Request is not { } activity)
        {
            return;
        }

        if (operation is not null)
        {
            Describe(activity, context, operation, type!);
        }

        if (telemetry.ErrorType is { } errorType)
        {
            SetError(activity, errorType);
        }

        activity.Dispose();
    }

    private void Describe(Activity activity, RequestContext context, OperationDefinitionNode operation, string type)
    {
        activity.DisplayName = _options.IncludeOperationNameInSpanName && operation.Name is not null ? $"{type} {operation.Name}" : type;
        activity.SetTag(TelemetryNames.OperationType, type);
        activity.SetTag(TelemetryNames.DocumentCached, context.IsCachedDocument);
        if (operation.Name is not null)
        {
            activity.SetTag(TelemetryNames.OperationName, operation.Name);
        }

        if (_options.IncludeDocument && activity.IsAllDataRequested)
        {
            activity.SetTag(TelemetryNames.Document, SanitizedDocument.Of(context.Document!, context.Request.Document.Span, _options.MaxDocumentLength));
        }
    }

    private static string NameOf(OperationType type) => type switch
    {
        OperationType.Query => "query",
        OperationType.Mutation => "mutation",
        _ => "subscription",
    };
}

using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Diagnostics;

/// <summary>
/// Derive from it to watch requests: override what is of interest. Methods that return a scope are called when the step begins, and the
/// scope is disposed of when it ends, whatever came of it; all are called on the path of the request, so they should be quick, and for fields
/// and batches at the same time. What a listener throws is reported and does not touch the request.
/// </summary>
public abstract class ExecutionDiagnosticEventListener
{
    /// <summary>For steps that need no end.</summary>
    protected static IDisposable EmptyScope { get; } = new Nothing();

    /// <summary>Asked at the start of each request: false leaves the listener out of it.</summary>
    public virtual bool IsEnabled => true;

    /// <summary>Whether <see cref="ResolveFieldValue"/> is to be called, which costs something for each field. Asked for each request.</summary>
    public virtual bool EnableResolveFieldValue => false;

    /// <summary>Resolvers that take this long are told to <see cref="SlowField"/>; null for none. Asked for each request.</summary>
    public virtual TimeSpan? SlowFieldThreshold => null;

    /// <summary>From the document's bytes to a result that can be written. A subscription's ends when it is subscribed.</summary>
    public virtual IDisposable ExecuteRequest(RequestContext context) => EmptyScope;

    /// <summary>The document needs no parsing and validation.</summary>
    public virtual void RetrievedDocumentFromCache(RequestContext context)
    {
    }

    /// <summary>The document, or what is wrong with it, was new and is kept now.</summary>
    public virtual void AddedDocumentToCache(RequestContext context)
    {
    }

    public virtual IDisposable ParseDocument(RequestContext context) => EmptyScope;

    /// <summary>The document does not parse. Told for cached documents too.</summary>
    public virtual void SyntaxError(RequestContext context, GraphQLError error)
    {
    }

    public virtual IDisposable ValidateDocument(RequestContext context) => EmptyScope;

    /// <summary>The document breaks validation rules. Told for cached documents too.</summary>
    public virtual void ValidationErrors(RequestContext context, IReadOnlyList<GraphQLError> errors)
    {
    }

    /// <summary>A valid document was refused: the operation is unknown or not allowed here, variables do not fit, a limit is reached.</summary>
    public virtual void RequestError(RequestContext context, GraphQLError error)
    {
    }

    /// <summary>Something threw that no field's resolver did; the caller of the executor gets the exception.</summary>
    public virtual void RequestError(RequestContext context, Exception exception)
    {
    }

    public virtual IDisposable CoerceVariables(RequestContext context) => EmptyScope;

    /// <summary>The choice of a plan; made anew only for new documents and new outcomes of <c>@skip</c> and <c>@include</c>.</summary>
    public virtual IDisposable CompileOperation(RequestContext context) => EmptyScope;

    /// <summary>All resolvers of a query or mutation, or of one event of a subscription.</summary>
    public virtual IDisposable ExecuteOperation(RequestContext context) => EmptyScope;

    /// <summary>From the source stream's first wait to its end.</summary>
    public virtual IDisposable ExecuteSubscription(RequestContext context) => EmptyScope;

    /// <summary>One event of a subscription.</summary>
    public virtual IDisposable OnSubscriptionEvent(RequestContext context) => EmptyScope;

    /// <summary>The source stream failed.</summary>
    public virtual void SubscriptionError(RequestContext context, Exception exception)
    {
    }

    /// <summary>A resolver, until its value is there. See <see cref="EnableResolveFieldValue"/>.</summary>
    public virtual IDisposable ResolveFieldValue(RequestContext context, IResolverContext field) => EmptyScope;

    /// <summary>A resolver took at least <see cref="SlowFieldThreshold"/>.</summary>
    public virtual void SlowField(RequestContext context, IResolverContext field, TimeSpan duration)
    {
    }

    /// <summary>A field error, as the client gets it.</summary>
    public virtual void ResolverError(RequestContext context, GraphQLError error)
    {
    }

    /// <summary>An exception that the client knows by its id only. <paramref name="coordinate"/>: the field, such as <c>Query.sales</c>.</summary>
    public virtual void UnexpectedError(RequestContext context, Exception exception, string id, string coordinate)
    {
    }

    /// <summary>One fetch of a data loader.</summary>
    public virtual IDisposable ExecuteBatch(RequestContext context, string dataLoader, int keys) => EmptyScope;

    /// <summary>A fetch failed for all of its keys.</summary>
    public virtual void BatchError(RequestContext context, string dataLoader, Exception exception)
    {
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}

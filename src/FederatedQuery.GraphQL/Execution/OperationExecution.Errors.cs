using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Errors, and which exceptions clients may read.</content>
internal sealed partial class OperationExecution
{
    private List<GraphQLError>? _errors;
    private Dictionary<Exception, string>? _reported;

    /// <summary>Only to be read when nothing runs any more.</summary>
    public IReadOnlyList<GraphQLError> Errors => _errors ?? (IReadOnlyList<GraphQLError>)[];

    public void AddException(FieldPlan field, Exception exception, PathNode? path, NullBoundary? boundary)
    {
        switch (exception)
        {
            case GraphQLException known:
                foreach (var error in known.Errors)
                {
                    AddError(field, error, path, boundary);
                }

                break;
            case OperationCanceledException when CancellationToken.IsCancellationRequested:
                AddError(field, new GraphQLError("The operation was cancelled.") { Code = ErrorCodes.Timeout }, path, boundary);
                break;
            default:
                AddError(field, GraphQLError.Internal(Report(field, exception)), path, boundary);
                break;
        }
    }

    /// <summary>Adds an error with the field's place, unless null has already taken the place of a value above it.</summary>
    public void AddError(FieldPlan field, GraphQLError error, PathNode? path, NullBoundary? boundary)
    {
        lock (_lock)
        {
            if (boundary is { IsDead: true })
            {
                return;
            }

            error = error with
            {
                Path = error.Path ?? path?.ToList() ?? [],
                Locations = error.Locations.Count > 0 ? error.Locations : [.. field.Nodes.Select(operation.Document.LocationOf)],
            };
            (_errors ??= []).Add(error);
        }

        events?.ResolverError(error);
    }

    /// <summary>The id of an exception that clients may not read. One that fails many fields, such as all keys of a batch, is reported once.</summary>
    private string Report(FieldPlan field, Exception exception)
    {
        string? id;
        lock (_lock)
        {
            _reported ??= new Dictionary<Exception, string>(ReferenceEqualityComparer.Instance);
            if (_reported.TryGetValue(exception, out id))
            {
                return id;
            }

            id = Guid.NewGuid().ToString("N");
            _reported.Add(exception, id);
        }

        var coordinate = $"{field.ParentType.Name}.{field.Definition.Name}";
        options.OnUnexpectedException?.Invoke(exception, id, coordinate);
        events?.UnexpectedError(exception, id, coordinate);
        return id;
    }
}

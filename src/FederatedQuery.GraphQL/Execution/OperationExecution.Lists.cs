using FederatedQuery.GraphQL.Execution.Incremental;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Lists whose items must be waited for.</content>
internal sealed partial class OperationExecution
{
    /// <summary>Lets a list that comes asynchronously be written in a branch of its own.</summary>
    public void ContinueList(
        ResponseHole hole, FieldPlan field, GraphQLType itemType, ItemSource source, bool stream, int count, PathNode? path, NullBoundary? boundary)
    {
        Interlocked.Increment(ref _pending);
        _ = FillListAsync(hole, field, itemType, source, stream, count, path, boundary);
    }

    private async Task FillListAsync(
        ResponseHole hole, FieldPlan field, GraphQLType itemType, ItemSource source, bool stream, int count, PathNode? path, NullBoundary? boundary)
    {
        var branch = new ResponseBranch(this, path, boundary);
        var written = false;
        try
        {
            written = await branch.TryWriteItemsAsync(field, itemType, source, stream, count);
        }
        catch (Exception exception)
        {
            AddException(field, exception, path, boundary);
        }
        finally
        {
            EndFill(hole, branch, written, boundary);
        }
    }
}

using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Failures of the floors below as GraphQL errors, with <c>extensions.code</c> and, of a statement, <c>line</c> and <c>column</c>.</summary>
internal static class Failures
{
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (IngestQueueFullException full)
        {
            throw new GraphQLException(
                new GraphQLError(full.Message) { Code = "OVERLOADED", Extensions = new Dictionary<string, object?> { ["retryAfterSeconds"] = (int)full.RetryAfter.TotalSeconds } }, full);
        }
        catch (IngestUnavailableException unavailable)
        {
            throw new GraphQLException(new GraphQLError(unavailable.Message) { Code = "INGEST_UNAVAILABLE" }, unavailable);
        }
        catch (TieringException error)
        {
            throw new GraphQLException(new GraphQLError(error.Message) { Code = CodeOf(error.Kind) }, error);
        }
        catch (Exception error) when (error is not (OperationCanceledException or GraphQLException) && FailureTranslation.TryTranslate(error) is { } known)
        {
            throw ToGraphQL(known);
        }
    }

    public static GraphQLException ToGraphQL(FederatedQueryException failure)
    {
        var place = new Dictionary<string, object?>(failure.Details);
        if (failure is { Line: { } line, Column: { } column })
        {
            place["line"] = line;
            place["column"] = column;
        }

        return new GraphQLException(new GraphQLError(failure.Message) { Code = CodeOf(failure.Kind), Extensions = place }, failure);
    }

    public static string CodeOf(TieringErrorKind kind) => kind switch
    {
        TieringErrorKind.NotFound => "TABLE_NOT_FOUND",
        TieringErrorKind.JobNotFound => "JOB_NOT_FOUND",
        TieringErrorKind.InvalidArgument or TieringErrorKind.InvalidSource => "BAD_ARGUMENT",
        TieringErrorKind.NotAllowed => "OPERATION_NOT_ALLOWED",
        TieringErrorKind.Violated => "VERIFICATION_FAILED",
        TieringErrorKind.ConstraintViolated => "CONSTRAINT_VIOLATION",
        TieringErrorKind.Busy or TieringErrorKind.LeaseLost or TieringErrorKind.PartFailed => "OVERLOADED",
        _ => throw new System.Diagnostics.UnreachableException($"Failure of kind {kind}."),
    };

    public static string CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.Syntax => "SQL_SYNTAX_ERROR",
        FailureKind.NotAllowed => "STATEMENT_NOT_ALLOWED",
        FailureKind.UnknownTable => "TABLE_NOT_FOUND",
        FailureKind.BadArgument => "BAD_ARGUMENT",
        FailureKind.Statement => "QUERY_FAILED",
        FailureKind.Timeout => "QUERY_TIMEOUT",
        FailureKind.HotTier => "HOT_TIER_UNAVAILABLE",
        FailureKind.ColdTier => "COLD_TIER_UNAVAILABLE",
        FailureKind.Overloaded => "OVERLOADED",
        FailureKind.ColdBytesExceeded => "COLD_BYTES_EXCEEDED",
        FailureKind.ColdBudgetSpent => "COLD_BUDGET_SPENT",
        _ => throw new System.Diagnostics.UnreachableException($"Failure of kind {kind}."),
    };
}

using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Locations;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

public sealed partial class RestCatalog
{
    /// <summary>
    /// Sends the server what the commit changes. When the answer is lost, or says that somebody else was first, the table is looked at: the commit may
    /// have been made all the same, by a request that a proxy repeated for instance.
    /// </summary>
    /// <inheritdoc cref="ICatalog.TryCommitAsync"/>
    public async Task<CatalogTable?> TryCommitAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var updates = TableDifference.Updates(commit.Base, commit.Metadata);
        if (updates.IsEmpty)
        {
            return await LoadTableAsync(commit.Identifier, cancellationToken);
        }

        var message = new CommitTableRequest
        {
            Identifier = commit.Identifier,
            Requirements = TableDifference.Requirements(commit.Base, updates),
            Updates = updates,
        };
        var request = session.Request(HttpMethod.Post, Table, TablePath(commit.Identifier)) with
        {
            Body = RestMessage.ToJson(message),
            MaxAnswerBytes = RestCall.MaxTableBytes,
            Timeout = _options.CommitTimeout,
        };
        RestReply answer;
        try
        {
            answer = await session.Http.SendAsync(request, cancellationToken);
            if (answer.IsSuccess)
            {
                return Committed(commit.Identifier, answer.Read<LoadTableResult>(request));
            }
        }
        catch (LostAnswerException lost) when (!lost.MayHaveTakenEffect)
        {
            throw lost.ToUnavailable();
        }
        catch (Exception exception) when (exception is LostAnswerException or OperationCanceledException or IcebergException { Kind: IcebergErrorKind.InvalidMetadata })
        {
            // Sent, or not; answered, or with something that cannot be read.
            return await FindCommitAsync(session, commit, updates) ?? throw Unknown(commit, exception);
        }

        if (answer.Status == 409)
        {
            return await FindCommitAsync(session, commit, updates);
        }

        var failure = RestErrors.ToException(request, answer, IcebergErrorKind.CommitConflict);
        if (!answer.IsTransient || answer.Status == 429)
        {
            throw failure;
        }

        if (answer.RetryAfter is { } pause && pause > TimeSpan.Zero && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(pause < _options.MaxRetryAfter ? pause : _options.MaxRetryAfter, _timeProvider, CancellationToken.None);
        }

        return await FindCommitAsync(session, commit, updates) ?? throw Unknown(commit, failure);
    }

    /// <summary>The table if it holds the commit, else null. The caller may have given up, and must know all the same.</summary>
    private async Task<CatalogTable?> FindCommitAsync(RestSession session, StagedCommit commit, ImmutableArray<TableUpdate> updates)
    {
        using var timeout = new CancellationTokenSource(ReadBackTimeout, _timeProvider);
        try
        {
            var table = await LoadAsync(session, commit.Identifier, mayBeKnown: true, timeout.Token);
            return TableDifference.IsIn(table.Metadata, updates) ? Listed(session, commit.Identifier, table) : null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IcebergException { Kind: not IcebergErrorKind.NotFound })
        {
            throw Unknown(commit, exception);
        }
    }

    /// <summary>Answers to commits come without the table's configuration: the files stay where they were.</summary>
    private CatalogTable Committed(TableIdentifier identifier, LoadTableResult table)
    {
        var location = LocationOf(identifier, table);
        var stores = _stores.Known(identifier, table.Metadata);
        return new CatalogTable(identifier, location, table.Metadata)
        {
            CatalogWritesMetadata = true,
            Stores = stores,
            Locations = TableLocations.Of(stores, table.Metadata, LocationMap.Empty, location),
        };
    }

    private static async Task<T> ChangeAsync<T>(RestSession session, RestCall request, string what, CancellationToken cancellationToken)
        where T : IRestMessage<T>
    {
        var answer = await ChangeAsync(session, request, what, cancellationToken);
        return answer.Read<T>(request);
    }

    /// <summary>Sends what must not be made twice.</summary>
    /// <param name="session">Sends it.</param>
    /// <param name="request">With its body.</param>
    /// <param name="what">What it does, in a clause, for when nobody knows whether it did.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private static async Task<RestReply> ChangeAsync(RestSession session, RestCall request, string what, CancellationToken cancellationToken)
    {
        RestReply answer;
        try
        {
            answer = await session.Http.SendAsync(request, cancellationToken);
        }
        catch (LostAnswerException lost)
        {
            throw lost.MayHaveTakenEffect ? Unknown(what, lost) : lost.ToUnavailable();
        }

        if (answer.IsSuccess)
        {
            return answer;
        }

        var failure = RestErrors.ToException(request, answer);
        throw answer.IsTransient && answer.Status != 429 ? Unknown(what, failure) : failure;
    }

    private static async Task<bool> DropAsync(RestSession session, RestCall request, CancellationToken cancellationToken)
    {
        var answer = await RestSession.SendAsync(session.Http, request, cancellationToken);
        return answer switch
        {
            { IsSuccess: true } => true,
            { Status: 404 } => false,
            _ => throw RestErrors.ToException(request, answer, IcebergErrorKind.NotEmpty),
        };
    }

    private static IcebergException Unknown(string what, Exception cause) =>
        new(IcebergErrorKind.CommitStateUnknown, $"Whether {what} is not known. {cause.Message}", cause);

    private static IcebergException Unknown(StagedCommit commit, Exception cause) => Unknown($"the commit to table '{commit.Identifier}' was made", cause);
}

using System.Collections.Immutable;

namespace FederatedQuery.Gateway.Rest;

/// <summary>Why a REST endpoint did not do what it was asked.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs; where GraphQL has the same failure, the same as its <c>extensions.code</c>.</param>
/// <param name="Detail">A full sentence: the field or thing, its value, and what would be right.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>The parameter, header or member of the body that is wrong.</summary>
    public string? Field { get; init; }

    /// <summary>When the same request may succeed; sent as <c>Retry-After</c>, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>More members of the answer, JSON-like values by name.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = ImmutableDictionary<string, object?>.Empty;
}

/// <summary>What an endpoint throws when the request itself is at fault; see <see cref="Problems"/>.</summary>
internal sealed class ProblemException(Problem problem, Exception? innerException = null) : Exception(problem.Detail, innerException)
{
    public Problem Problem { get; } = problem;

    /// <summary>400: a field has a value that it may not have.</summary>
    public static ProblemException BadField(string field, string detail, Exception? innerException = null) =>
        new(new Problem(StatusCodes.Status400BadRequest, "BAD_ARGUMENT", detail) { Field = field }, innerException);
}

using FederatedQuery.Federation;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Which page the arguments <c>first</c>, <c>after</c>, <c>last</c>, <c>before</c> ask for.</summary>
/// <param name="Count">0: no rows.</param>
internal sealed record PageArguments(int Count, string? After, string? Before, bool IsBackward)
{
    /// <summary>Rows of a page when the request does not say.</summary>
    public const int DefaultSize = 50;

    public const int MaximumSize = 1000;

    /// <param name="hasBackward">Whether the field has <c>last</c> and <c>before</c>.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: they contradict each other, or ask for too much.</exception>
    public static PageArguments Of(IResolverContext context, bool hasBackward) => Of(
        context.ArgumentValue<int?>("first"),
        context.ArgumentValue<string?>("after"),
        hasBackward ? context.ArgumentValue<int?>("last") : null,
        hasBackward ? context.ArgumentValue<string?>("before") : null);

    /// <inheritdoc cref="Of(IResolverContext, bool)"/>
    public static PageArguments Of(int? first, string? after, int? last, string? before)
    {
        if (first is not null && last is not null)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"`first` is {first} and `last` is {last}; give one: `first` for rows from the beginning, `last` for rows from the end.");
        }

        Check("first", first);
        Check("last", last);
        return new PageArguments(first ?? last ?? DefaultSize, after, before, last is not null);
    }

    private static void Check(string name, int? count)
    {
        if (count is < 0 or > MaximumSize)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`{name}` is {count}; it must be 0 to {MaximumSize}.");
        }
    }
}

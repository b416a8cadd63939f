namespace FederatedQuery.GraphQL.Types;

/// <summary>Why a value was not taken.</summary>
/// <param name="Path">Where below the value, such as <c>.filter.ids[2]</c>; empty for the value itself.</param>
/// <param name="Found">What was there, as JSON.</param>
/// <param name="Message">What is wrong, as a sentence.</param>
public readonly record struct InputError(string Path, string Found, string Message)
{
    internal InputError Below(string segment) => this with { Path = segment + Path };
}

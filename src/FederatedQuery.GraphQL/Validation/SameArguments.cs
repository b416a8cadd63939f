using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>Whether two fields were given the same arguments; neither arguments nor the fields of input objects have an order.</summary>
internal static class SameArguments
{
    public static bool AreSame(ImmutableArray<ArgumentNode> left, ImmutableArray<ArgumentNode> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        foreach (var argument in left)
        {
            var other = right.FirstOrDefault(candidate => candidate.Name == argument.Name);
            if (other is null || !AreSame(argument.Value, other.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(ValueNode left, ValueNode right) => (left, right) switch
    {
        (ListValueNode a, ListValueNode b) => a.Values.Length == b.Values.Length && a.Values.Zip(b.Values).All(pair => AreSame(pair.First, pair.Second)),
        (ObjectValueNode a, ObjectValueNode b) => a.Fields.Length == b.Fields.Length
            && a.Fields.All(field => b.Fields.FirstOrDefault(other => other.Name == field.Name) is { } other && AreSame(field.Value, other.Value)),
        (StringValueNode a, StringValueNode b) => a.Value == b.Value && a.Block == b.Block,
        _ => left.GetType() == right.GetType() && left.ToString() == right.ToString(),
    };
}

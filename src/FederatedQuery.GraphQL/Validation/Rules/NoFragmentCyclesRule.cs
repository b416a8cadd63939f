using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.2.2.</summary>
internal sealed class NoFragmentCyclesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly List<FragmentSpreadNode> _path = [];
    private readonly Dictionary<string, int> _pathIndex = new(StringComparer.Ordinal);

    public override void LeaveDocument(DocumentNode node)
    {
        foreach (var fragment in node.Definitions.OfType<FragmentDefinitionNode>())
        {
            Detect(fragment);
        }
    }

    private void Detect(FragmentDefinitionNode fragment)
    {
        if (!_visited.Add(fragment.Name))
        {
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        _pathIndex[fragment.Name] = _path.Count;
        foreach (var spread in Context.GetSpreads(fragment))
        {
            _path.Add(spread);
            if (!_pathIndex.TryGetValue(spread.Name, out var cycleStart))
            {
                if (Context.Fragments.TryGetValue(spread.Name, out var next))
                {
                    Detect(next);
                }
            }
            else
            {
                var cycle = _path[cycleStart..];
                var via = string.Join(", ", cycle.Take(cycle.Count - 1).Select(step => $"\"{step.Name}\""));
                Context.Report(
                    $"Cannot spread fragment \"{spread.Name}\" within itself{(via.Length > 0 ? $" via {via}." : ".")}",
                    [.. cycle]);
            }

            _path.RemoveAt(_path.Count - 1);
        }

        _pathIndex.Remove(fragment.Name);
    }
}

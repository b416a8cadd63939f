using System.Collections.Concurrent;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>
/// The rules by what they look at, in their order. Most look at one or two kinds of nodes; calling all of them at every node took a fifth of
/// the time of validation.
/// </summary>
internal sealed class RulesByEvent
{
    private static readonly NodeEvent[] Events = Enum.GetValues<NodeEvent>();

    /// <summary>For each class of rules a bit for each event whose method it overrides.</summary>
    private static readonly ConcurrentDictionary<Type, int> Overridden = new();

    private readonly ValidationRule[][] _byEvent = new ValidationRule[Events.Length][];

    public RulesByEvent(ValidationRule[] rules)
    {
        var overridden = Array.ConvertAll(rules, static rule => Overridden.GetOrAdd(rule.GetType(), FindOverridden));
        var those = new List<ValidationRule>(rules.Length);
        foreach (var nodeEvent in Events)
        {
            those.Clear();
            for (var i = 0; i < rules.Length; i++)
            {
                if ((overridden[i] & (1 << (int)nodeEvent)) != 0)
                {
                    those.Add(rules[i]);
                }
            }

            _byEvent[(int)nodeEvent] = [.. those];
        }
    }

    public ValidationRule[] this[NodeEvent nodeEvent] => _byEvent[(int)nodeEvent];

    private static int FindOverridden(Type rule) => Events
        .Where(nodeEvent => rule.GetMethod(nodeEvent.ToString())!.DeclaringType != typeof(ValidationRule))
        .Aggregate(0, (bits, nodeEvent) => bits | (1 << (int)nodeEvent));
}

namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>
/// The method is a subscription field: it is called for each event, which its <see cref="EventMessageAttribute"/> parameter takes, and its
/// result is the field's value. Events come from a topic (see <see cref="TopicAttribute"/>) or from the method <see cref="With"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubscribeAttribute : Attribute
{
    /// <summary>
    /// Another public method of the class that returns the events as <c>IAsyncEnumerable</c>, perhaps in a task. Its parameters become
    /// arguments too.
    /// </summary>
    public string? With { get; set; }
}

/// <summary>
/// The topic that a subscription field listens to; without it, the name of the method. On a parameter: that argument's value is the topic.
/// </summary>
/// <param name="name">May hold arguments in braces, as in <c>order/{orderId}</c>. Only for methods.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class TopicAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

/// <summary>The parameter is the event of a subscription.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EventMessageAttribute : Attribute;

namespace FederatedQuery.GraphQL.Types;

/// <summary>An argument or input field that may be left out, told apart from one that is null. In the schema it is nullable.</summary>
/// <typeparam name="T">When it is a value type or a non-null reference, a null that is given is an error.</typeparam>
public readonly struct Optional<T>(T value) : IEquatable<Optional<T>>
{
    private readonly T _value = value;

    /// <summary>False when the request left it out.</summary>
    public bool HasValue { get; } = true;

    /// <summary>The value; the default of its type when there is none.</summary>
    public T? Value => _value;

    public static implicit operator Optional<T>(T value) => new(value);

    public static bool operator ==(Optional<T> left, Optional<T> right) => left.Equals(right);

    public static bool operator !=(Optional<T> left, Optional<T> right) => !left.Equals(right);

    public bool Equals(Optional<T> other) => HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(_value, other._value);

    public override bool Equals(object? obj) => obj is Optional<T> other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(HasValue, _value);

    public override string ToString() => HasValue ? _value?.ToString() ?? "null" : "(none)";
}

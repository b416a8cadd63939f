namespace FederatedQuery.ObjectStore;

/// <summary>Part of an object: from an offset, for a length or to the end, or the last bytes of it. The default value is the whole object.</summary>
public readonly record struct ByteRange
{
    private readonly bool _isSuffix;
    private readonly long _offset;

    // Length plus one, so that the default value of the struct is the whole object.
    private readonly long _lengthPlusOne;

    private ByteRange(bool isSuffix, long offset, long? length)
    {
        _isSuffix = isSuffix;
        _offset = offset;
        _lengthPlusOne = length is { } value ? checked(value + 1) : 0;
    }

    public static ByteRange All => default;

    /// <summary>First byte, from the beginning; null for a suffix, which counts from the end.</summary>
    public long? Offset => _isSuffix ? null : _offset;

    /// <summary>Number of bytes; null for "to the end".</summary>
    public long? Length => _lengthPlusOne == 0 ? null : _lengthPlusOne - 1;

    public static ByteRange From(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new ByteRange(isSuffix: false, offset, length: null);
    }

    public static ByteRange Of(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new ByteRange(isSuffix: false, offset, length);
    }

    /// <summary>The last bytes of the object; all of it when it is shorter.</summary>
    public static ByteRange Last(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new ByteRange(isSuffix: true, offset: 0, length);
    }

    /// <summary>The range in an object of this length, cut off at its end.</summary>
    public (long Offset, long Length) Within(long objectLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(objectLength);
        if (_isSuffix)
        {
            var suffix = Math.Min(Length!.Value, objectLength);
            return (objectLength - suffix, suffix);
        }

        var offset = Math.Min(_offset, objectLength);
        return (offset, Math.Min(Length ?? long.MaxValue, objectLength - offset));
    }
}

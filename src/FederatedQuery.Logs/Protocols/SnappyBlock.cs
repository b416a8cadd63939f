namespace FederatedQuery.Logs.Protocols;

/// <summary>Snappy's block format, which has the length of what it holds at its beginning.</summary>
internal static class SnappyBlock
{
    /// <exception cref="LogRequestException">It is broken, or holds more than <paramref name="maxBytes"/>.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> block, int maxBytes)
    {
        var length = new Protobuf.ProtobufReader(block).Varint();
        if (length > (ulong)maxBytes)
        {
            throw new LogRequestException(LogRequestErrorKind.TooLarge, $"The body has {length} bytes when uncompressed; {maxBytes} are allowed.");
        }

        // At best a copy of 64 bytes takes three.
        if (length > (ulong)block.Length * 64)
        {
            throw LogRequestException.Malformed($"The body claims to have {length} bytes when uncompressed, which {block.Length} bytes cannot hold.");
        }

        try
        {
            return IronSnappy.Snappy.Decode(block);
        }
        catch (Exception error) when (error is IOException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // The library fails in several ways on broken input.
            throw LogRequestException.Malformed($"The body is not in Snappy's block format: {error.Message}", error);
        }
    }
}

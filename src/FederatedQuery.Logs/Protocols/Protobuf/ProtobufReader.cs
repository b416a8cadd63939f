using System.Buffers.Binary;

namespace FederatedQuery.Logs.Protocols.Protobuf;

/// <summary>Reads the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/) field by field, without copying.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field that <see cref="TryNext"/> came to.</summary>
    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>Goes to the next field, whose value must be read or skipped.</summary>
    /// <exception cref="LogRequestException">Malformed.</exception>
    public bool TryNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        (Field, Type) = ((int)Math.Min(tag >> 3, int.MaxValue), (WireType)(tag & 7));
        return Field > 0 ? true : throw LogRequestException.Malformed("The protobuf message has a field with the number 0.");
    }

    /// <summary>A varint's value; of another type of field the value is skipped and 0.</summary>
    public ulong UInt64()
    {
        if (Type == WireType.Varint)
        {
            return Varint();
        }

        Skip();
        return 0;
    }

    /// <summary>As <see cref="UInt64"/>.</summary>
    public ulong Fixed64()
    {
        if (Type == WireType.Fixed64)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
        }

        Skip();
        return 0;
    }

    /// <summary>As <see cref="UInt64"/>.</summary>
    public uint Fixed32()
    {
        if (Type == WireType.Fixed32)
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
        }

        Skip();
        return 0;
    }

    /// <summary>Text, bytes or a message within the message; of another type of field the value is skipped and empty.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (Type == WireType.Bytes)
        {
            return Take(Varint());
        }

        Skip();
        return default;
    }

    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Bytes:
                Take(Varint());
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                throw LogRequestException.Malformed($"The protobuf message has a field of wire type {(int)Type}, which is not read here.");
        }
    }

    /// <summary>A number that stands by itself, without a tag.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw LogRequestException.Malformed("The protobuf message has a number that does not end.");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw LogRequestException.Malformed($"The protobuf message ends too early: field {Field} has {length} bytes, and {_rest.Length} are left.");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}

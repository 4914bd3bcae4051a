using System;

namespace Hub.Core.Json;

/// <summary>
/// Writes numbers digit by digit, because the board prints doubles from 1e15 on incorrectly. Everything is
/// exact: a double is the sum of a whole number and of a fraction held in 112 bits. Thread: one owner.
/// </summary>
internal sealed class JsonDigits
{
    /// <summary>Room for any number: sign, 309 digits, point, 15 decimals.</summary>
    internal const int MaxBytes = 330;

    private const double TwoTo63 = 9223372036854775808.0;
    private const int LimbBits = 28;
    private const int LimbMask = (1 << LimbBits) - 1;
    private const double LimbScale = 1 << LimbBits;

    // The whole part ends here; the point and the decimals follow.
    private const int WholeEnd = 312;

    // A fraction of 1e-16 or more, the least that can round up to 15 decimals, has at most 107 bits.
    private readonly int[] _fraction = new int[4];

    /// <summary>Writes a whole number to the end of a buffer; returns where it starts.</summary>
    internal static int PutInt64(long value, byte[] buffer) => PutInt64(value, buffer, buffer.Length);

    /// <summary>Writes a finite number into a buffer of <see cref="MaxBytes"/>; returns where it starts.</summary>
    internal int PutDouble(double value, int decimals, byte[] buffer, out int end)
    {
        bool isNegative = value < 0;
        double magnitude = isNegative ? -value : value;
        if (TwoTo63 <= magnitude)
        {
            end = WholeEnd;
            return PutSign(isNegative, buffer, PutLarge(magnitude, buffer));
        }

        long whole = (long)magnitude;
        SetFraction(magnitude - whole);
        end = PutDecimals(buffer, decimals);
        if (RoundsUp() && IncrementDecimals(buffer, end))
        {
            whole++;
        }

        end = CutZeros(buffer, end);
        int start = PutInt64(whole, buffer, WholeEnd);
        bool isZero = whole == 0 && end == WholeEnd;
        return PutSign(isNegative && !isZero, buffer, start);
    }

    private static int PutInt64(long value, byte[] buffer, int position)
    {
        // Counting with negative numbers, whose range includes long.MinValue.
        long rest = value < 0 ? value : -value;
        do
        {
            long tenth = rest / 10;
            position--;
            buffer[position] = (byte)('0' + (int)((tenth * 10) - rest));
            rest = tenth;
        }
        while (rest != 0);

        return PutSign(value < 0, buffer, position);
    }

    private static int PutSign(bool isNegative, byte[] buffer, int start)
    {
        if (!isNegative)
        {
            return start;
        }

        buffer[start - 1] = (byte)'-';
        return start - 1;
    }

    /// <summary>Digits of a whole number over 2^63: its 53 bits, doubled in decimal as often as needed.</summary>
    private static int PutLarge(double magnitude, byte[] buffer)
    {
        long bits = BitConverter.DoubleToInt64Bits(magnitude);
        int doublings = (int)(bits >> 52) - 1023 - 52;
        int start = PutInt64((bits & ((1L << 52) - 1)) | (1L << 52), buffer, WholeEnd);
        for (; doublings > 0; doublings--)
        {
            start = Double(buffer, start);
        }

        return start;
    }

    private static int Double(byte[] buffer, int start)
    {
        int carry = 0;
        for (int i = WholeEnd - 1; i >= start; i--)
        {
            int digit = ((buffer[i] - '0') * 2) + carry;
            carry = digit > 9 ? 1 : 0;
            buffer[i] = (byte)('0' + digit - (carry * 10));
        }

        if (carry > 0)
        {
            start--;
            buffer[start] = (byte)'1';
        }

        return start;
    }

    private void SetFraction(double fraction)
    {
        // Multiplying by a power of two and subtracting the whole part are exact.
        for (int i = 0; i < _fraction.Length; i++)
        {
            fraction *= LimbScale;
            _fraction[i] = (int)fraction;
            fraction -= _fraction[i];
        }
    }

    private int PutDecimals(byte[] buffer, int decimals)
    {
        int position = WholeEnd;
        buffer[position] = (byte)'.';
        for (int i = 0; i < decimals; i++)
        {
            position++;
            buffer[position] = (byte)('0' + NextDecimal());
        }

        return position + 1;
    }

    /// <summary>Removes the next decimal from the fraction.</summary>
    private int NextDecimal()
    {
        long carry = 0;
        for (int i = _fraction.Length - 1; i >= 0; i--)
        {
            long product = (_fraction[i] * 10L) + carry;
            _fraction[i] = (int)(product & LimbMask);
            carry = product >> LimbBits;
        }

        return (int)carry;
    }

    private bool RoundsUp() => _fraction[0] >= 1 << (LimbBits - 1);

    /// <summary>Adds one to the last decimal; true when it carries into the whole part.</summary>
    private static bool IncrementDecimals(byte[] buffer, int end)
    {
        for (int i = end - 1; i > WholeEnd; i--)
        {
            if (buffer[i] != '9')
            {
                buffer[i]++;
                return false;
            }

            buffer[i] = (byte)'0';
        }

        return true;
    }

    private static int CutZeros(byte[] buffer, int end)
    {
        while (buffer[end - 1] == '0')
        {
            end--;
        }

        return end - 1 == WholeEnd ? WholeEnd : end;
    }
}

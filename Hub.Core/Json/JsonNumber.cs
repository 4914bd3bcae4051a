using System;
using System.Text;

namespace Hub.Core.Json;

/// <summary>
/// Numbers as JSON writes them (RFC 8259 section 6), without losing a bit and, up to 19 digits, without
/// allocation. Thread: one owner.
/// </summary>
internal sealed class JsonNumber
{
    private const ulong TwoTo53 = 1UL << 53;
    private const ulong TwoTo54 = 1UL << 54;
    private const ulong TwoTo55 = 1UL << 55;

    /// <summary>Powers of ten that a double holds exactly.</summary>
    private static readonly double[] s_powersOfTen =
    {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    };

    /// <summary>Powers of five below 2^56, so that a remainder shifted by 8 bits fits 64.</summary>
    private static readonly ulong[] s_powersOfFive = MakePowersOfFive(25);

    // The number is (-)_digits * 10^_exponent. Zeros are counted in _zeros until a digit follows, so that
    // trailing ones cost no precision.
    private bool _isNegative;
    private ulong _digits;
    private int _digitCount;
    private int _zeros;
    private int _exponent;

    /// <summary>More digits than 64 bits hold: _digits is not complete.</summary>
    private bool IsTooLong => _digitCount > 19;

    /// <summary>Position after the number that starts here, or the complement (~) of where it breaks.</summary>
    internal static int Scan(byte[] buffer, int position, int end)
    {
        if (buffer[position] == '-')
        {
            position++;
        }

        int first = position;
        position = SkipDigits(buffer, position, end);
        if (position == first || (position - first > 1 && buffer[first] == '0'))
        {
            return ~first;
        }

        return position < end && buffer[position] >= '.' ? ScanRest(buffer, position, end) : position;
    }

    /// <summary>A whole number in range; 1.0 and 1e3 are whole.</summary>
    internal bool TryGetInt64(byte[] buffer, int start, int end, out long value)
    {
        bool isNegative = buffer[start] == '-';
        int position = isNegative ? start + 1 : start;
        long sum = 0;
        for (int last = end - position < 18 ? end : position + 18; position < last; position++)
        {
            int digit = buffer[position] - '0';
            if ((uint)digit > 9)
            {
                break;
            }

            sum = (sum * 10) + digit;
        }

        if (position < end)
        {
            Split(buffer, start, end);
            return TryMakeInt64(out value);
        }

        value = isNegative ? -sum : sum;
        return true;
    }

    /// <summary>The nearest double; false when there is none because the number is too large.</summary>
    internal bool TryGetDouble(byte[] buffer, int start, int end, out double value)
    {
        Split(buffer, start, end);
        if (!TryMakeDouble(out value))
        {
            return TryParseText(buffer, start, end, out value);
        }

        value = _isNegative ? -value : value;
        return true;
    }

    private static int SkipDigits(byte[] buffer, int position, int end)
    {
        while (position < end && (uint)(buffer[position] - '0') <= 9)
        {
            position++;
        }

        return position;
    }

    /// <summary>Fraction and exponent.</summary>
    private static int ScanRest(byte[] buffer, int position, int end)
    {
        if (buffer[position] == '.')
        {
            int first = position + 1;
            position = SkipDigits(buffer, first, end);
            if (position == first)
            {
                return ~first;
            }
        }

        if (position < end && (buffer[position] | 0x20) == 'e')
        {
            position++;
            if (position < end && (buffer[position] == '+' || buffer[position] == '-'))
            {
                position++;
            }

            int first = position;
            position = SkipDigits(buffer, first, end);
            if (position == first)
            {
                return ~first;
            }
        }

        return position;
    }

    private void Split(byte[] buffer, int start, int end)
    {
        _isNegative = buffer[start] == '-';
        _digits = 0;
        _digitCount = 0;
        _zeros = 0;
        int decimals = 0;
        int position = TakeDigits(buffer, _isNegative ? start + 1 : start, end);
        if (position < end && buffer[position] == '.')
        {
            int first = position + 1;
            position = TakeDigits(buffer, first, end);
            decimals = position - first;
        }

        _exponent = _zeros - decimals;
        if (position < end)
        {
            _exponent += ReadExponent(buffer, position + 1, end);
        }
    }

    private int TakeDigits(byte[] buffer, int position, int end)
    {
        for (; position < end; position++)
        {
            int digit = buffer[position] - '0';
            if ((uint)digit > 9)
            {
                break;
            }

            if (digit != 0)
            {
                Append(digit);
            }
            else if (_digitCount > 0)
            {
                _zeros++;
            }
        }

        return position;
    }

    private void Append(int digit)
    {
        if (IsTooLong)
        {
            return;
        }

        _digitCount += _zeros + 1;
        for (; _zeros > 0 && !IsTooLong; _zeros--)
        {
            _digits *= 10;
        }

        _digits = (_digits * 10) + (ulong)digit;
    }

    private static int ReadExponent(byte[] buffer, int position, int end)
    {
        bool isNegative = buffer[position] == '-';
        int exponent = 0;
        for (; position < end; position++)
        {
            int digit = buffer[position] - '0';
            if (digit >= 0 && exponent < 100000000)
            {
                exponent = (exponent * 10) + digit;
            }
        }

        return isNegative ? -exponent : exponent;
    }

    private bool TryMakeInt64(out long value)
    {
        value = 0;
        if (IsTooLong)
        {
            return false;
        }

        if (_digits == 0)
        {
            return true;
        }

        ulong limit = _isNegative ? 1UL << 63 : long.MaxValue;
        ulong magnitude = _digits;
        for (int i = _exponent; i > 0; i--)
        {
            if (magnitude > limit / 10)
            {
                return false;
            }

            magnitude *= 10;
        }

        if (_exponent < 0 || magnitude > limit)
        {
            return false;
        }

        value = _isNegative ? -(long)magnitude : (long)magnitude;
        return true;
    }

    private bool TryMakeDouble(out double value)
    {
        value = 0;
        if (_digits == 0)
        {
            return true;
        }

        if (IsTooLong || _exponent > 22 || _exponent <= -s_powersOfFive.Length)
        {
            return false;
        }

        if (_digits <= TwoTo53 && _exponent >= -22)
        {
            // Both operands are exact, so the one operation rounds once.
            value = _exponent < 0
                ? (long)_digits / s_powersOfTen[-_exponent]
                : (long)_digits * s_powersOfTen[_exponent];
            return true;
        }

        if (_exponent > 0)
        {
            return false;
        }

        value = DivideExactly(_digits, -_exponent);
        return true;
    }

    /// <summary>digits / 10^power, rounded once to nearest, ties to even: long division in steps of 8 bits.</summary>
    private static double DivideExactly(ulong digits, int power)
    {
        ulong divisor = s_powersOfFive[power];
        ulong quotient = digits / divisor;
        ulong remainder = digits - (quotient * divisor);
        int exponent = -power;
        while (quotient < TwoTo55)
        {
            remainder <<= 8;
            ulong step = remainder / divisor;
            remainder -= step * divisor;
            quotient = (quotient << 8) | step;
            exponent -= 8;
        }

        return RoundTo53Bits(quotient, remainder != 0, exponent);
    }

    /// <summary>bits * 2^exponent; isInexact: the true value lies a little above. Needs 54 bits or more.</summary>
    private static double RoundTo53Bits(ulong bits, bool isInexact, int exponent)
    {
        for (; bits >= TwoTo54; exponent++)
        {
            isInexact |= (bits & 1) != 0;
            bits >>= 1;
        }

        bool isHalf = (bits & 1) != 0;
        bits >>= 1;
        if (isHalf && (isInexact || (bits & 1) != 0))
        {
            bits++;
        }

        return (long)bits * BitConverter.Int64BitsToDouble((long)(exponent + 1 + 1023) << 52);
    }

    private static bool TryParseText(byte[] buffer, int start, int end, out double value)
    {
        string text = Encoding.UTF8.GetString(buffer, start, end - start);
        return double.TryParse(text, out value) && !double.IsInfinity(value);
    }

    private static ulong[] MakePowersOfFive(int count)
    {
        ulong[] powers = new ulong[count];
        powers[0] = 1;
        for (int i = 1; i < count; i++)
        {
            powers[i] = powers[i - 1] * 5;
        }

        return powers;
    }
}

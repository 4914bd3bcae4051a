
namespace Hub.Core.Text;

/// <summary>Checks UTF-8 that comes in pieces of any size (RFC 6455 section 8.1, RFC 3629). No I/O. Thread: one owner.</summary>
internal sealed class Utf8Check
{
    /// <summary>Bytes the present character still needs.</summary>
    private int _more;

    /// <summary>The present character's lead byte while its second byte is awaited, 0 after.</summary>
    private int _lead;

    /// <summary>False in the middle of a character.</summary>
    internal bool IsComplete => _more == 0;

    internal void Start()
    {
        _more = 0;
        _lead = 0;
    }

    /// <summary>Checks the next piece.</summary>
    /// <returns>False at the first byte that is invalid UTF-8.</returns>
    internal bool Take(byte[] bytes, int offset, int count)
    {
        int end = offset + count;
        for (int i = offset; i < end; i++)
        {
            int value = bytes[i];
            if ((value >= 0x80 || _more > 0) && !TakeOfCharacter(value))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeOfCharacter(int value)
    {
        if (_more == 0)
        {
            _lead = value;
            _more = Utf8.Continuations(value);
            return _more > 0;
        }

        bool mayFollow = _lead > 0 ? Utf8.MayFollow(_lead, value) : (value & 0xC0) == 0x80;
        _lead = 0;
        _more--;
        return mayFollow;
    }
}

/* Rust's standard library takes random numbers from ProcessPrng of bcryptprimitives.dll, which Wine 8 does
 * not have: a library of that name beside the program forwards to what Wine has. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T size)
{
    return SystemFunction036(buffer, (ULONG)size);
}

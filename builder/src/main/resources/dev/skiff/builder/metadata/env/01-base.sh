#!/bin/sh
# Kept for runtimes that expect it.
